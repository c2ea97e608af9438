/** The Common Expression Language, for log fields and for checks of requests. */
@NullMarked
package io.portcullis.plugins.expression;

import org.jspecify.annotations.NullMarked;
