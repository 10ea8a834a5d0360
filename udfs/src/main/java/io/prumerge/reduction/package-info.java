/**
 * Methods that reduce an image's visual tokens, found by name. They work with patch indices, while
 * the tensors belong to {@code model}. It may use {@code service}. {@code reduction.run} is what
 * runs them.
 */
package io.prumerge.reduction;
