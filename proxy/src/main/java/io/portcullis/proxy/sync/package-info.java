/** How a changed configuration becomes the table that serves. */
@NullMarked
package io.portcullis.proxy.sync;

import org.jspecify.annotations.NullMarked;
