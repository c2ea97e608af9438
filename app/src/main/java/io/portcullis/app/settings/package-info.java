/** Settings: portcullis.conf, environment and flags, read once at start. */
@NullMarked
package io.portcullis.app.settings;

import org.jspecify.annotations.NullMarked;
