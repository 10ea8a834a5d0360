/** Pictures and a page of what methods make of single images. */
package io.prumerge.explain;
