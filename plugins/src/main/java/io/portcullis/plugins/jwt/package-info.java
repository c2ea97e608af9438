/** The {@code jwt} plugin: callers prove who they are with a signed token. */
@NullMarked
package io.portcullis.plugins.jwt;

import org.jspecify.annotations.NullMarked;
