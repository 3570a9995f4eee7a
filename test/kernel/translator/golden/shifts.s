# Shifts by constants and by CL, which is taken modulo 32.
        shl     eax, 3
        sar     ebx, 31
        shr     dl, 1
        shl     esi, cl
        sar     word ptr [edi], cl
        ret
# 0x1000: c1 e0 03 c1 fb 1f d0 ea d3 e6 66 d3 3f c3
