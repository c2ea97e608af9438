/** Plugin {@code hmac-auth}: consumers are recognised by signatures over their requests. */
@NullMarked
package io.portcullis.plugins.hmacauth;

import org.jspecify.annotations.NullMarked;
