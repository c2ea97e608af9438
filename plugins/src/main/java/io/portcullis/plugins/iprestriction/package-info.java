/** The {@code ip-restriction} plugin: lets client addresses through, or not. */
@NullMarked
package io.portcullis.plugins.iprestriction;

import org.jspecify.annotations.NullMarked;
