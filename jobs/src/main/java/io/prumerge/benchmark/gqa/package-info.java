/** GQA. */
package io.prumerge.benchmark.gqa;
