/** Greedy answers: what each question has said and which rows it needs next. */
package io.prumerge.model.decoding;
