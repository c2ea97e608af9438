/** The plugins of one exchange: which configuration of each runs, in what order, and its phases. */
@NullMarked
package io.portcullis.proxy.chain;

import org.jspecify.annotations.NullMarked;
