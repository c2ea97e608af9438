/** Plugin {@code key-auth}: consumers are recognised by keys. */
@NullMarked
package io.portcullis.plugins.keyauth;

import org.jspecify.annotations.NullMarked;
