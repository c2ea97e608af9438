/** Which target of a service gets the next try. */
@NullMarked
package io.portcullis.proxy.balancing;

import org.jspecify.annotations.NullMarked;
