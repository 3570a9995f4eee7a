/* fft-double: a fast Fourier transform of 1024 complex numbers, in double. */
typedef double real;
#include "fft.h"
