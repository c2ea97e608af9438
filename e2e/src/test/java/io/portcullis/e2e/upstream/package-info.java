/**
 * The upstreams that scenarios talk to through a gateway: HTTP/1.1 servers that tell exactly what
 * they received and misbehave on request.
 */
@NullMarked
package io.portcullis.e2e.upstream;

import org.jspecify.annotations.NullMarked;
