/** MMBench in English and in Chinese. */
package io.prumerge.benchmark.mmbench;
