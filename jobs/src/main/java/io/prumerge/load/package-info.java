/** Load tests: requests to servers at rates and concurrencies, their times and their answers. */
package io.prumerge.load;
