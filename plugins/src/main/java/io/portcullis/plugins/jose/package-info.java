/** Signed tokens and the keys for them (RFC 7515 to 7518), for all plugins that know tokens. */
@NullMarked
package io.portcullis.plugins.jose;

import org.jspecify.annotations.NullMarked;
