/** What methods read of a question: words by the embeddings, texts by the text tower of CLIP. */
package io.prumerge.model.text;
