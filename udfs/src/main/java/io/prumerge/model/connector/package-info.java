/** The tokens that a method keeps of an image, and the rows that the decoder gets for them. */
package io.prumerge.model.connector;
