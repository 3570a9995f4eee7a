# Scalar SSE2: doubles from and to memory, a comparison, conversions.
        movsd   xmm0, [0x2000]
        addsd   xmm0, xmm1
        ucomisd xmm0, xmm2
        ja      1f
        mulsd   xmm0, xmm0
1:      cvttsd2si eax, xmm0
        movsd   [ebx], xmm0
        ret
# 0x1000: f2 0f 10 05 00 20 00 00 f2 0f 58 c1 66 0f 2e c2 77 04 f2 0f 59 c0 f2 0f 2c c0 f2 0f 11 03 c3
