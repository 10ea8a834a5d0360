/** TextVQA. */
package io.prumerge.benchmark.textvqa;
