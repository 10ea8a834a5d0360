/** Finds implementations by name on the class path, including the jars of {@code --jars}. */
package io.prumerge.service;
