/** The {@code jwt-signer} plugin: members of answers become signed tokens. */
@NullMarked
package io.portcullis.plugins.jwtsigner;

import org.jspecify.annotations.NullMarked;
