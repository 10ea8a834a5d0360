/**
 * Turns pictures and frames into the views that vision towers take, exactly as transformers' slow
 * image processors and its video processors do; reads their settings. Which of these a model has,
 * its family says.
 */
package io.prumerge.image.processor;
