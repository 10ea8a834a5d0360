package io.prumerge.pickle;

/**
 * Elements that tensors are views of.
 *
 * @param type of the elements
 * @param key the name of its file in the archive
 * @param elements their number, as the pickle states it
 */
record TensorStorage(ElementType type, String key, long elements) {}
