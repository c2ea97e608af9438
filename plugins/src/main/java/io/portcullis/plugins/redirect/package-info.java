/** The {@code redirect} plugin: sends clients to another URL. */
@NullMarked
package io.portcullis.plugins.redirect;

import org.jspecify.annotations.NullMarked;
