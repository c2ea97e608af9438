/** The command line, one class per command. */
@NullMarked
package io.portcullis.app.command;

import org.jspecify.annotations.NullMarked;
