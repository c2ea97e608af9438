/** Which route a request takes, and what path and host its service is asked for. */
@NullMarked
package io.portcullis.proxy.routing;

import org.jspecify.annotations.NullMarked;
