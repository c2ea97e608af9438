/**
 * HTTP/1.1 as bytes, and the sockets that carry them: what the client side ({@code server}) and the
 * target side ({@code upstream}) share. Everything here belongs to one I/O thread unless it says
 * otherwise.
 */
@NullMarked
package io.portcullis.proxy.wire;

import org.jspecify.annotations.NullMarked;
