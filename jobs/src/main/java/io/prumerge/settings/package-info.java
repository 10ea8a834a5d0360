/** The settings of a run: as they are given, with their defaults, and as its record has them. */
package io.prumerge.settings;
