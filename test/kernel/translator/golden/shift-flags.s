# A shift by CL may be by nothing, and then leaves the flags alone.
        cmp     eax, ebx
        shr     edx, cl
        jc      1f
        inc     esi
1:      ret
# 0x1000: 39 d8 d3 ea 72 01 46 c3
