/** The {@code input-filter} plugin: lets only listed headers and arguments through to upstreams. */
@NullMarked
package io.portcullis.plugins.inputfilter;

import org.jspecify.annotations.NullMarked;
