/** The report's tables in addition to the metrics: efficiency, summary, roofline times. */
package io.prumerge.report;
