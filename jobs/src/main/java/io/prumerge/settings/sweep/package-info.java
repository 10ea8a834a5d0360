/** Reads the files of the command {@code sweep}. */
package io.prumerge.settings.sweep;
