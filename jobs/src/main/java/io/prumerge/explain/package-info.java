/** Explains methods on single images: drawings, and a page. */
package io.prumerge.explain;
