/**
 * Methods that choose an image's tokens before the decoder by the question's text. Each is read
 * from its authors' code. It may use {@code reduction} and {@code reduction.tower}.
 */
package io.prumerge.reduction.question;
