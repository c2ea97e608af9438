/** Plugin {@code basic-auth}: consumers are recognised by names and passwords. */
@NullMarked
package io.portcullis.plugins.basicauth;

import org.jspecify.annotations.NullMarked;
