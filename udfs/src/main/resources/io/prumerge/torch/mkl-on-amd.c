// mkl-on-amd.so, which MklOnAmd opens before libtorch. Its build on Linux x86-64, by gcc 12.2:
//
//   cc -shared -fPIC -Os -nostdlib -s -fcf-protection=none -fno-asynchronous-unwind-tables \
//     -Wl,--build-id=none,-z,noseparate-code,-z,max-page-size=4096,--hash-style=gnu \
//     mkl-on-amd.c -o mkl-on-amd.so
int mkl_serv_intel_cpu_true(void) { return 1; }
