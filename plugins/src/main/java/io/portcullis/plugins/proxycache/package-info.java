/** The {@code proxy-cache} plugin: answers repeated requests from memory. */
@NullMarked
package io.portcullis.plugins.proxycache;

import org.jspecify.annotations.NullMarked;
