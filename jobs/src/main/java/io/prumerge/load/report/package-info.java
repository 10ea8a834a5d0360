/** What the figures of a load test say: sentences, page, chart, and as vLLM writes them. */
package io.prumerge.load.report;
