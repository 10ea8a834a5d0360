/**
 * A miniature world of pictures: scenes made from a seed, painted with integer arithmetic alone, so
 * that every platform gets the same bytes, and labelled for training.
 */
package io.prumerge.mini;
