/** OAuth 2.0 (RFC 6749): gives tokens to clients, and recognises consumers by them. */
@NullMarked
package io.portcullis.plugins.oauth2;

import org.jspecify.annotations.NullMarked;
