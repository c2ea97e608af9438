/**
 * HTTP/2 as frames and header blocks (RFC 9113, RFC 7541), for either end of a connection: nothing
 * here knows whether it serves or asks. Everything belongs to one I/O thread.
 */
@NullMarked
package io.portcullis.proxy.http2;

import org.jspecify.annotations.NullMarked;
