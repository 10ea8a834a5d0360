/** ScienceQA. */
package io.prumerge.benchmark.scienceqa;
