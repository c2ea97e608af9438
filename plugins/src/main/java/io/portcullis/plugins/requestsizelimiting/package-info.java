/** The {@code request-size-limiting} plugin: refuses requests whose body is too long. */
@NullMarked
package io.portcullis.plugins.requestsizelimiting;

import org.jspecify.annotations.NullMarked;
