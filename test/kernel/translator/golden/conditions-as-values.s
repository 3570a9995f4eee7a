# Conditions that become values: SETcc and CMOVcc.
        cmp     eax, ebx
        setb    cl
        cmovge  edx, esi
        ret
# 0x1000: 39 d8 0f 92 c1 0f 4d d6 c3
