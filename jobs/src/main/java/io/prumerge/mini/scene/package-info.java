/**
 * Generates scenes from a seed, paints them with integer arithmetic only, so that every platform
 * gets the same bytes, and labels them for training.
 */
package io.prumerge.mini.scene;
