/** The {@code file-log} plugin: appends an entry per request to a file. */
@NullMarked
package io.portcullis.plugins.filelog;

import org.jspecify.annotations.NullMarked;
