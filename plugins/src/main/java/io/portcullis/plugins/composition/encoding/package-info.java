/** Reads answers of backends into plain data and writes plain data as answers to clients. */
@NullMarked
package io.portcullis.plugins.composition.encoding;

import org.jspecify.annotations.NullMarked;
