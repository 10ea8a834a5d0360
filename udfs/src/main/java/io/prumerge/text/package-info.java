/**
 * Turns questions into token ids: conversation templates, the tokenizer, the image placeholder. It
 * uses no other package.
 */
package io.prumerge.text;
