/** The {@code jwt-validator} plugin: callers show a token that an identity provider signed. */
@NullMarked
package io.portcullis.plugins.jwtvalidator;

import org.jspecify.annotations.NullMarked;
