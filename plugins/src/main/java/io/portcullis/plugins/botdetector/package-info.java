/** The {@code bot-detector} plugin: refuses clients by lists of user agents alone. */
@NullMarked
package io.portcullis.plugins.botdetector;

import org.jspecify.annotations.NullMarked;
