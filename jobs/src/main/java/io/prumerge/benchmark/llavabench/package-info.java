/** LLaVA-Bench (in the wild). */
package io.prumerge.benchmark.llavabench;
