/**
 * Certificates at work: which one a client is shown, and what a service's targets are shown and
 * believed.
 */
@NullMarked
package io.portcullis.proxy.tls;

import org.jspecify.annotations.NullMarked;
