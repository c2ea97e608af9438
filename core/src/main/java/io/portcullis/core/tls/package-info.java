/**
 * Certificates and private keys in PEM form (RFC 7468), and whether they fit together. Nothing here
 * blocks or keeps state.
 */
@NullMarked
package io.portcullis.core.tls;

import org.jspecify.annotations.NullMarked;
